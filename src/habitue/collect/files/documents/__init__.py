"""Documents that systems exchange: invoices and orders in UBL, KSeF and EDIFACT."""
