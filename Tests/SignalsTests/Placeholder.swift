import Testing

@Suite struct SignalsPlaceholder {}
