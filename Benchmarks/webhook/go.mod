module tidewaiter/benchmarks/webhook

go 1.24
