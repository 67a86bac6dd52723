data "delinea_role" "admin" {
  name = "Platform Admin"
}
