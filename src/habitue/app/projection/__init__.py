"""The log folded into state: record by record, snapshot by snapshot."""
