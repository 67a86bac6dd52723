data "delinea_container" "production" {
  name = "Production"
}
