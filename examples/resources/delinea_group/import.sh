# By name
terraform import delinea_group.sre SRE

# By id
terraform import delinea_group.sre 4711
