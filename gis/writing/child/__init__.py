# SPDX-License-Identifier: Apache-2.0
"""The child process that writes files: the heavy libraries are imported here alone."""
