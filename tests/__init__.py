# SPDX-License-Identifier: Apache-2.0
"""What Marsa promises, as laws and samples."""
