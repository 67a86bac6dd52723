# By container, type of principal and principal, each as its name or its id
terraform import delinea_container_permission.auditors_production 'Production,group,Auditors'

# By id
terraform import delinea_container_permission.auditors_production 4711
