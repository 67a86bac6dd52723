# Every user, as the tenant's list shows them.
data "delinea_users" "all" {}

# Only these, each read whole; a name that does not exist is an error.
data "delinea_users" "on_call" {
  names = ["jane.doe@example.com", "omar.haddad@example.com"]
}
