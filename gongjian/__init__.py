"""gongjian 共建: weak grids and resource-sharing gaps of a city's co-building network."""
