resource "delinea_container" "production" {
  name = "Production"
}

resource "delinea_container" "database" {
  name   = "Database"
  parent = delinea_container.production.id
}

data "delinea_group" "auditors" {
  display_name = "Auditors"
}

resource "delinea_container_permission" "auditors_database" {
  container      = delinea_container.database.id
  principal_type = "group"
  principal_id   = data.delinea_group.auditors.id
  right          = "View"
}
