# By group, type of member and member, the first and the last as their names or their ids
terraform import delinea_group_membership.jane_in_auditors 'Auditors,user,jane.doe@example.com'

# By id
terraform import delinea_group_membership.jane_in_auditors 'group/17/4711'
