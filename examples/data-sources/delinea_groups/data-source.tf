data "delinea_groups" "all" {}

data "delinea_groups" "operations" {
  names = ["SRE", "Database"]
}
