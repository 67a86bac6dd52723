data "delinea_user" "auditor" {
  user_name = "audit@example.com"
}
