import Testing

@Suite struct DeploymentsPlaceholder {}
