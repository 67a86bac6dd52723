resource "delinea_user" "jane" {
  user_name = "jane.doe@example.com"
}

resource "delinea_group" "database" {
  display_name = "Database"
}

resource "delinea_group" "sre" {
  display_name = "SRE"
  description  = "Keeps production running"
  members      = [delinea_user.jane.id, delinea_group.database.id]
}
