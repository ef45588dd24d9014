"""The benchmark: each stage and the whole, beside a floor taken in the same run."""
