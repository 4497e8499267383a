"""Hạ Tầng Số: a province's digital-infrastructure plan, held against what stands."""
