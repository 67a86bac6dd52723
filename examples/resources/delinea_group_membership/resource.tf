resource "delinea_user" "jane" {
  user_name = "jane.doe@example.com"
}

# A group whose other members are managed elsewhere: in another stack, or in the console
data "delinea_group" "auditors" {
  display_name = "Auditors"
}

resource "delinea_group_membership" "jane_in_auditors" {
  group          = data.delinea_group.auditors.id
  principal_type = "user"
  principal_id   = delinea_user.jane.id
}
