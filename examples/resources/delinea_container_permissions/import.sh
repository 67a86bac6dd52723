# By the container's name
terraform import delinea_container_permissions.production Production

# By the container's id
terraform import delinea_container_permissions.production 4711
