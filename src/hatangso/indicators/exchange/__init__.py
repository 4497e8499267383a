"""Files of figures, in and out: CSV, XLSX, JSON, DHIS2's data value sets, ADX, and SDMX-CSV out."""
