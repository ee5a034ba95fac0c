import Testing
@testable import RSPipeline
