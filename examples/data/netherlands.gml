# SPDX-License-Identifier: Apache-2.0
#
# A fibre network of fourteen Dutch cities, made for the examples of ebit and under the project's licence.
# It is nobody's real network. Places are the cities' main railway stations, to about 100 m. Lengths are our own
# estimates, in km: what a fibre along the road or railway between two cities would measure, from public distances.
graph [
  label "Netherlands"
  directed 0
  node [
    id 0
    label "Amsterdam"
    Country "Netherlands"
    Longitude 4.9003
    Latitude 52.3791
  ]
  node [
    id 1
    label "Leiden"
    Country "Netherlands"
    Longitude 4.4817
    Latitude 52.1663
  ]
  node [
    id 2
    label "Den Haag"
    Country "Netherlands"
    Longitude 4.3247
    Latitude 52.0809
  ]
  node [
    id 3
    label "Delft"
    Country "Netherlands"
    Longitude 4.3566
    Latitude 52.0067
  ]
  node [
    id 4
    label "Rotterdam"
    Country "Netherlands"
    Longitude 4.469
    Latitude 51.9249
  ]
  node [
    id 5
    label "Breda"
    Country "Netherlands"
    Longitude 4.78
    Latitude 51.5956
  ]
  node [
    id 6
    label "Utrecht"
    Country "Netherlands"
    Longitude 5.1101
    Latitude 52.0894
  ]
  node [
    id 7
    label "Eindhoven"
    Country "Netherlands"
    Longitude 5.4814
    Latitude 51.4433
  ]
  node [
    id 8
    label "Maastricht"
    Country "Netherlands"
    Longitude 5.7059
    Latitude 50.8497
  ]
  node [
    id 9
    label "Nijmegen"
    Country "Netherlands"
    Longitude 5.8529
    Latitude 51.8434
  ]
  node [
    id 10
    label "Arnhem"
    Country "Netherlands"
    Longitude 5.901
    Latitude 51.9849
  ]
  node [
    id 11
    label "Zwolle"
    Country "Netherlands"
    Longitude 6.0919
    Latitude 52.5049
  ]
  node [
    id 12
    label "Enschede"
    Country "Netherlands"
    Longitude 6.89
    Latitude 52.2226
  ]
  node [
    id 13
    label "Groningen"
    Country "Netherlands"
    Longitude 6.5642
    Latitude 53.2105
  ]
  edge [ # Amsterdam - Leiden
    source 0
    target 1
    length 42.0
  ]
  edge [ # Leiden - Den Haag
    source 1
    target 2
    length 17.0
  ]
  edge [ # Den Haag - Delft
    source 2
    target 3
    length 10.0
  ]
  edge [ # Delft - Rotterdam
    source 3
    target 4
    length 15.0
  ]
  edge [ # Rotterdam - Breda
    source 4
    target 5
    length 50.0
  ]
  edge [ # Breda - Eindhoven
    source 5
    target 7
    length 60.0
  ]
  edge [ # Amsterdam - Utrecht
    source 0
    target 6
    length 40.0
  ]
  edge [ # Utrecht - Rotterdam
    source 6
    target 4
    length 57.0
  ]
  edge [ # Utrecht - Arnhem
    source 6
    target 10
    length 60.0
  ]
  edge [ # Utrecht - Eindhoven
    source 6
    target 7
    length 92.0
  ]
  edge [ # Utrecht - Zwolle
    source 6
    target 11
    length 88.0
  ]
  edge [ # Amsterdam - Zwolle
    source 0
    target 11
    length 106.0
  ]
  edge [ # Arnhem - Nijmegen
    source 10
    target 9
    length 19.0
  ]
  edge [ # Nijmegen - Eindhoven
    source 9
    target 7
    length 66.0
  ]
  edge [ # Eindhoven - Maastricht
    source 7
    target 8
    length 89.0
  ]
  edge [ # Arnhem - Zwolle
    source 10
    target 11
    length 67.0
  ]
  edge [ # Zwolle - Enschede
    source 11
    target 12
    length 73.0
  ]
  edge [ # Arnhem - Enschede
    source 10
    target 12
    length 88.0
  ]
  edge [ # Zwolle - Groningen
    source 11
    target 13
    length 104.0
  ]
]
