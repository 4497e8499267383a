"""Charts that the server draws as SVG: geometry, a sentence and a table for each.

A chart is a plain record: lengths along the page are percentages, so that letters keep their size
on a phone; heights are in pixels. The templates under ``web/components`` draw it. No script.
"""
