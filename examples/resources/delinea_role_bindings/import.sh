# By the role
terraform import delinea_role_bindings.administrators 'Platform Admin'
