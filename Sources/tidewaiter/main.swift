internal import Commands
internal import Foundation

exit(await Tidewaiter.start())
