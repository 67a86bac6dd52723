data "delinea_group" "auditors" {
  display_name = "Auditors"
}

resource "delinea_container_permission" "auditors_production" {
  container      = "Production"
  principal_type = "group"
  principal_id   = data.delinea_group.auditors.id
  right          = "View"
}
