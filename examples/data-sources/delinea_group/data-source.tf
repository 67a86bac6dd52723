data "delinea_group" "auditors" {
  display_name = "Auditors"
}
