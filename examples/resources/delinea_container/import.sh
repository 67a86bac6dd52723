# By name, if it is unique
terraform import delinea_container.production Production

# By path
terraform import delinea_container.database /Production/Database

# By id
terraform import delinea_container.database 4711
