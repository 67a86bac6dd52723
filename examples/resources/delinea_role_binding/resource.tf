resource "delinea_user" "jane" {
  user_name = "jane.doe@example.com"
}

resource "delinea_role_binding" "jane_admin" {
  role           = "Platform Admin"
  principal_type = "user"
  principal_id   = delinea_user.jane.id
}
