"""lineage/cli"""
