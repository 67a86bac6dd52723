terraform {
  required_providers {
    delinea = {
      source = "delinea-iac/delinea"
    }
  }
}

# The tenant and the credentials come from DELINEA_TENANT, DELINEA_CLIENT_ID, DELINEA_CLIENT_SECRET and DELINEA_SCIM_TOKEN.
provider "delinea" {
  concurrency = 4
}
