"""What the house needs beside the product: rules, measures, generated pages."""
