# By name
terraform import delinea_user.omar omar.haddad@example.com

# By id
terraform import delinea_user.omar 4711
