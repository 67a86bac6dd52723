# By role, type of principal and principal, the last as its name or its id
terraform import delinea_role_binding.jane_admin 'Platform Admin,user,jane.doe@example.com'

# By id
terraform import delinea_role_binding.jane_admin 'user/4711/Platform Admin'
