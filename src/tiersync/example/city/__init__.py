"""The whole city: 890,000 made-up seniors on Dezhou's real tree, whose figures come out exactly."""
