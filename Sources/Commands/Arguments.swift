public import ArgumentParser
public import Deployments
internal import Intake
public import Sigma

// Names that options take: the raw values of the domain's own enumerations, so that there is one list of each.
extension InputFormat: ExpressibleByArgument {}
extension Level: ExpressibleByArgument {}
extension Route: ExpressibleByArgument {}
extension Terminal.ColorChoice: ExpressibleByArgument {}
