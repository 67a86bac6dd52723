data "delinea_group" "auditors" {
  display_name = "Auditors"
}

data "delinea_user" "owner" {
  user_name = "owner@example.com"
}

resource "delinea_container_permissions" "production" {
  container = "Production"
  grants = [
    {
      principal_type = "user"
      principal_id   = data.delinea_user.owner.id
      right          = "Owner"
    },
    {
      principal_type = "group"
      principal_id   = data.delinea_group.auditors.id
      right          = "View"
    },
  ]
}
