"""One function a metric, declared with its formula, unit and source; `catalogue` collects them."""
