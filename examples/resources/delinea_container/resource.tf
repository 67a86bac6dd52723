resource "delinea_container" "production" {
  name = "Production"
}

resource "delinea_container" "database" {
  name   = "Database"
  parent = delinea_container.production.id
}

data "delinea_group" "dba" {
  display_name = "Database Administrators"
}

resource "delinea_container_permission" "dba_database" {
  container      = delinea_container.database.id
  principal_type = "group"
  principal_id   = data.delinea_group.dba.id
  right          = "Owner"
}
