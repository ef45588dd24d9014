"""Who: identifiers, evidence and judgements, resolved to persons."""
