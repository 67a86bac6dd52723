data "delinea_user" "owner" {
  user_name = "owner@example.com"
}

resource "delinea_role_bindings" "administrators" {
  role = "Platform Admin"
  holders = [
    {
      principal_type = "user"
      principal_id   = data.delinea_user.owner.id
    },
  ]
}
