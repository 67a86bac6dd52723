data "delinea_containers" "all" {}

data "delinea_containers" "production" {
  names = ["Production", "/Production/Databases"]
}
