data "delinea_roles" "all" {}

data "delinea_roles" "administration" {
  names = ["Platform Admin", "Platform User"]
}
