"""Charts of the report, each with a text and a table that say the same."""

from bullseye.publish.charts.chart import Chart as Chart
