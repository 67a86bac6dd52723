resource "delinea_user" "jane" {
  user_name    = "jane.doe@example.com"
  display_name = "Jane Doe"
  emails = [
    { value = "jane.doe@example.com", primary = true },
    { value = "jdoe@example.org" },
  ]
  previous_names = ["jane.miller@example.com"]
  on_removal     = "retain"
}

resource "delinea_user" "omar" {
  user_name    = "omar.haddad@example.com"
  display_name = "Omar Haddad"
  manager      = delinea_user.jane.id
}
