package import Dialects
package import Intake

extension InputFormat {
    /// Whether records of that kind are read with the header of syslog before them.
    ///
    /// Daemons' logs come through syslog and journals as often as not, and their dialects open what is around a line
    /// themselves; others see the text behind the header alone.
    package var opensSyslogHeaders: Bool {
        switch self {
        case .dockerLog, .kubernetesAudit: true
        case .dockerEvents, .httpRequests, .kubernetesManifest, .kubernetesWatch, .accessLog, .applicationLog,
            .containerLog:
            false
        }
    }

    /// The dialect that reads such records as they come by syslog.
    package func reading(syslog inner: any Dialect) -> any Dialect {
        opensSyslogHeaders ? inner : SyslogDialect(inner)
    }
}
